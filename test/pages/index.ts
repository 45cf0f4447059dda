import './bundle.ts'
import './example.ts'
